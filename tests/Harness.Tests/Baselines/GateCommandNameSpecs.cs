namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>Messages name the command as it was installed.</summary>
public sealed class GateCommandNameSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".config/dotnet-tools.json", """{"version": 1, "tools": {"safetygate.cli": {"version": "0.1.0", "commands": ["gate"]}}}""", "dotnet gate")]
    [InlineData("dotnet-tools.json", """{"tools": {"SafetyGate.Cli": {}}}""", "dotnet gate")]
    [InlineData(".config/dotnet-tools.json", """{"tools": {"dotnet-ef": {}}}""", null)]
    [InlineData(".config/dotnet-tools.json", "", null)]
    [InlineData("gate", "#!/bin/bash", null)] // somebody's own script of that name
    [InlineData("src/Cli/Cli.csproj", "<Project />", null)]
    public void A_manifest_above_installs_the_tool(string file, string content, string? command)
    {
        Write(file, content);
        Directory.CreateDirectory(_folder["specs/bin/Release"]);
        Assert.Equal(command, GateCommandName.Above(_folder["specs/bin/Release"]));
    }

    [Fact]
    public void The_repository_has_its_own_script()
    {
        Write("gate", "");
        Write("src/Cli/Cli.csproj", "");
        Assert.Equal("./gate", GateCommandName.Above(_folder["src/Cli"]));
        Assert.Equal(("./gate", "./gate test"), (GateCommandName.Text, GateCommandName.Test));
    }

    private void Write(string file, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        File.WriteAllText(_folder[file], content);
    }
}
