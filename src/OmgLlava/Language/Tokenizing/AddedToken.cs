namespace OmgLlava.Language;

/// <summary>A token that is found in text before it is cut into pieces.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Id">Its id.</param>
/// <param name="TakesBefore">Whether white space before it belongs to it (<c>lstrip</c>).</param>
/// <param name="TakesBehind">Whether white space behind it belongs to it (<c>rstrip</c>), as with Phi-3's
/// <c>&lt;|user|&gt;</c>.</param>
internal sealed record AddedToken(string Text, int Id, bool TakesBefore = false, bool TakesBehind = false);
