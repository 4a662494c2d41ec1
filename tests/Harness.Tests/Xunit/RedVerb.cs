using Xunit.Sdk;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>A verb that must fail. By hand, because xunit's own Throws lets a skip through: a verb that skipped would make its test a skipped one, which nobody sees.</summary>
internal static class RedVerb
{
    /// <summary>The message of the failed verb; a verb that passes or skips fails the test.</summary>
    public static string MessageOf(Action verb)
    {
        try
        {
            verb();
        }
        catch (GateFailureException e)
        {
            return e.Message;
        }
        catch (SkipException e)
        {
            Assert.Fail($"The verb skipped instead of failing: {e.Message}");
        }

        Assert.Fail("The verb passed instead of failing.");
        return "";
    }
}
