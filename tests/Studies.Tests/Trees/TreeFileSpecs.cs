using SafetyGate.Core;
using SafetyGate.Studies.Trees;
using SafetyGate.Tests;

namespace SafetyGate.Studies.Tests.Trees;

/// <summary>Trees of a user's own file: what no policy can be made of is bad input, said before anything is trained.</summary>
public sealed class TreeFileSpecs : IDisposable
{
    private const string Half = "-0.6931471805599453", One = $$"""{"tokens":[1,0],"logp":{{Half}},"g":1,"s":1}""", Two = $$"""{"tokens":[2,0],"logp":{{Half}},"g":0,"s":0}""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"a\"", "3", "0", "0.5", "", "it has no paths")]
    [InlineData("\"a\"", "3", "0", "0", One + "," + Two, "its beta is 0;")]
    [InlineData("\"a\"", "3", "0", "-1", One + "," + Two, "its beta is -1;")]
    [InlineData("\"a\"", "2", "0", "0.5", One + "," + Two, "path 2 has the token 2; tokens go from 0 to 1.")]
    [InlineData("\"a\"", "-3", "0", "0.5", One + "," + Two, "its vocabulary is -3;")]
    [InlineData("\"a\"", "2000000000", "0", "0.5", One + "," + Two, "its vocabulary is 2000000000;")]
    [InlineData("\"a\"", "3", "7", "0.5", One + "," + Two, "its eos is 7;")]
    [InlineData("null", "3", "0", "0.5", One + "," + Two, "its id is empty")]
    [InlineData("\"a\"", "3", "0", "0.5", One + "," + One, "the path 1 0 is there twice, or another begins with it")]
    [InlineData("\"a\"", "3", "0", "0.5", "{\"tokens\":[1],\"logp\":" + Half + ",\"g\":1,\"s\":1}," + One, "the path 1 is there twice, or another begins with it")]
    [InlineData("\"a\"", "3", "0", "0.5", "{\"tokens\":[],\"logp\":0,\"g\":1,\"s\":1}", "path 1 has no tokens")]
    [InlineData("\"a\"", "3", "0", "0.5", "{\"tokens\":[1,0],\"logp\":1,\"g\":1,\"s\":1}", "path 1 has the logp 1;")]
    [InlineData("\"a\"", "3", "0", "0.5", "{\"tokens\":[1,0],\"logp\":-1e6,\"g\":1,\"s\":1}", "path 1 has the logp -1000000;")]
    [InlineData("\"a\"", "3", "0", "0.5", "{\"tokens\":[1,0],\"logp\":0,\"g\":5,\"s\":1}", "path 1 has g 5 and s 1; both lie in [0, 1].")]
    public void A_line_of_which_no_policy_can_be_made_is_refused_with_what_is_wrong(string id, string vocabulary, string eos, string beta, string paths, string says)
    {
        var error = Assert.Throws<UserErrorException>(() => TokenTree.Read(Written($$"""{"id":{{id}},"vocabulary":{{vocabulary}},"eos":{{eos}},"beta":{{beta}},"paths":[{{paths}}]}""")));
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
        Assert.Contains($":1: is not a tree: {says}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sound_trees_are_read_each_under_a_name_of_its_own()
    {
        string Tree(string id) => $$"""{"id":"{{id}}","vocabulary":3,"eos":0,"beta":0.5,"paths":[{{One}},{{Two}}]}""";
        Assert.Equal(["a", "b"], TokenTree.Read(Written($"{Tree("a")}\n{Tree("b")}")).Select(tree => tree.Id));
        Assert.Contains("has 2 trees with the id 'a'", Assert.Throws<UserErrorException>(() => TokenTree.Read(Written($"{Tree("a")}\n{Tree("a")}"))).Message, StringComparison.Ordinal);
    }

    private string Written(string text) => _folder.Write("trees.jsonl", text);
}
