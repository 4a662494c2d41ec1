using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Models;

namespace SafetyGate.Studies.Distillation;

/// <summary>A teacher that can be asked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">The model. Owned.</param>
public sealed record Teacher(string Name, ILanguageModel Model) : IDisposable
{
    /// <summary>Opens a teacher.</summary>
    /// <exception cref="UserErrorException">It is neither a directory nor a server that can be used.</exception>
    public static async Task<Teacher> OpenAsync(TeacherSpec spec, CancellationToken cancellationToken)
    {
        if (DistillSpec.Address(spec.Model) is not { } address)
            return Directory.Exists(spec.Model) ? new(spec.Name, LocalLanguageModel.Load(spec.Model)) : throw new UserErrorException($"The teacher '{spec.Name}' is '{spec.Model}', neither a directory nor a URL.");
        var options = new EndpointOptions();
        if (spec.Concurrency is { } concurrency) options = options with { Concurrency = concurrency };
        if (spec.Timeout is { } seconds) options = seconds is > 0 and <= 86_400 ? options with { RequestTimeout = TimeSpan.FromSeconds(seconds) } : throw new UserErrorException(Invariant($"The teacher '{spec.Name}' has a timeout of {seconds}; it must be a number of seconds above 0 and 86400 at most."));
        return new(spec.Name, await OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = address, ApiKeyVariable = spec.ApiKeyVariable },
            new EndpointIdentity { ServedModel = spec.ServedModel ?? "" }, options, TimeProvider.System, cancellationToken));
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => (Model as IDisposable)?.Dispose();
}
