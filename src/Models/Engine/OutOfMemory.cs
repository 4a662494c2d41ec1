using SafetyGate.Core.Runs;

namespace SafetyGate.Models.Engine;

/// <summary>Recognizes memory that could not be had, whoever asked for it.</summary>
public static class OutOfMemory
{
    // torch's allocators on CPU and GPU, C++'s own, cuBLAS's and cuDNN's workspaces.
    private static readonly string[] Texts =
    [
        "not enough memory: you tried to allocate", "CUDA out of memory", "out of memory", "bad_alloc", "CUBLAS_STATUS_ALLOC_FAILED",
        "CUDNN_STATUS_ALLOC_FAILED", "Cannot allocate memory",
    ];

    /// <summary>Whether an exception says that memory is exhausted.</summary>
    public static bool Is(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            if (cause is OutOfMemoryException || (cause is System.Runtime.InteropServices.ExternalException && Texts.Any(text => cause.Message.Contains(text, StringComparison.OrdinalIgnoreCase)))) return true;
        return false;
    }

    private const string Resumes = "Every saved state is intact; the same command resumes from the last one.";

    /// <summary>Runs a piece of work; memory that is exhausted in it ends it with the part's name and a remedy.</summary>
    /// <param name="part">What takes the memory, such as <c>a chunk of logits</c>.</param>
    /// <param name="remedy">Which setting makes it smaller: an imperative.</param>
    /// <param name="work">The piece.</param>
    /// <param name="after">What is left, and how to go on: a sentence.</param>
    /// <exception cref="TrainingFailedException">Memory is exhausted (exit code 75).</exception>
    public static T Guard<T>(string part, string remedy, Func<T> work, string after = Resumes)
    {
        MemoryCeiling.Hold();
        try
        {
            return work();
        }
        catch (Exception e) when (e is not TrainingFailedException && Is(e))
        {
            throw new TrainingFailedException($"Out of memory: no room for {part}. To make it smaller, {remedy}. {after}", e);
        }
    }

    /// <inheritdoc cref="Guard{T}"/>
    public static void Guard(string part, string remedy, Action work) => Guard(part, remedy, () =>
    {
        work();
        return true;
    });
}
