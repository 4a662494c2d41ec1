namespace SafetyGate.Trainers.Data;

/// <summary>How sequences are put together into rows of one length, under TRL's names.</summary>
public enum PackingStrategy
{
    /// <summary>Best fit, longest first; what is beyond a row's length is cut off.</summary>
    Bfd,

    /// <summary>Best fit, longest first; a sequence beyond a row's length is split into several.</summary>
    BfdSplit,

    /// <summary>All tokens in order, cut wherever a row is full; a row counts as one sequence.</summary>
    Wrapped,
}
