namespace SafetyGate.Models.Tokenization;

/// <summary>A stretch of text on its way to ids.</summary>
/// <param name="Text">The text; no lone surrogates.</param>
/// <param name="Id">The id, when the piece is an added token and done with.</param>
/// <param name="AtStart">Whether the piece starts where the whole text starts.</param>
internal readonly record struct TextPiece(string Text, int? Id, bool AtStart);
