using OmgLlava.Engine;

namespace OmgLlava.Language;

/// <summary>
/// One step of generation. Every token is first chosen; every token but the last of an answer is then fed back, and only then is
/// its hidden state known, which [SEG] needs.
/// </summary>
/// <param name="Row">Row of the batch.</param>
/// <param name="Token">The token.</param>
/// <param name="Hidden">(D), the final hidden state at the token, valid until the next event; null when the token was only
/// chosen.</param>
/// <param name="Choice">How likely the token was, when it is chosen and this was asked for; otherwise null.</param>
internal readonly record struct GenerationEvent(int Row, int Token, Tensor? Hidden, TokenChoice? Choice = null);
