namespace OmgLlava.Words;

/// <summary>Notices that a question is in neither English nor Korean, and says so in its own language where that is
/// known.</summary>
internal static class ForeignText
{
    private const string English = "I read English and Korean only; please ask in English.";

    private static readonly (int First, int Last, string Words)[] Scripts =
    [
        (0x3040, 0x30FF, "質問は英語でお願いします。"),
        (0x3400, 0x9FFF, "请用英语提问。"),
        (0x0400, 0x04FF, "Пожалуйста, спросите по-английски."),
    ];

    private static readonly (string Words, HashSet<string> Small)[] Latin =
    [
        (
            "Bitte auf Englisch fragen.",
            Set(
                "wo ist der die das den dem ein eine einen wie viele was zeig zeige mir gibt es sind bitte und im auf dem bild welche farbe hat siehst du kannst"
            )
        ),
        (
            "Veuillez poser la question en anglais.",
            Set(
                "où ou est le la les un une des quel quelle combien y-a-t-il il montre montre-moi moi dans l'image sont couleur qu'est-ce que sur image"
            )
        ),
        (
            "Por favor, pregunte en inglés.",
            Set(
                "dónde donde está esta el la los las un una cuántos cuantos cuántas qué que hay es muéstrame segmenta en imagen color del de por favor"
            )
        ),
        (
            "Si prega di chiedere in inglese.",
            Set("dove dov'è è il lo la gli un una quanti quante che cosa c'è ci sono mostrami nell'immagine colore di del")
        ),
        (
            "Por favor, pergunte em inglês.",
            Set("onde está o os um uma quantos quantas que há é mostre mostra na imagem cor do da de por favor")
        ),
        (
            "Stel de vraag in het Engels.",
            Set("waar is de het een hoeveel wat welke kleur heeft zijn er laat zien in op van toon afbeelding")
        ),
    ];

    private static readonly HashSet<string> EnglishSmall = Set(
        "the a an is are where what how many which who color colour show me find segment there in on of do does can you see it this that and please picture image"
    );

    /// <summary>What to say to a question that is not in English; null for one that may be.</summary>
    public static string? Answer(string question)
    {
        int letters = question.Count(char.IsLetter);
        int foreign = question.Count(c => char.IsLetter(c) && c > 0x24F);
        if (foreign > 0 && foreign * 3 > letters)
        {
            string own = Scripts
                .Where(script => question.Any(c => c >= script.First && c <= script.Last))
                .Select(script => script.Words)
                .FirstOrDefault("");
            return $"{English} {own}".TrimEnd();
        }

        string[] words =
        [
            .. question.ToLowerInvariant().Split([' ', '?', '.', ',', '!', '¿', '¡', '"'], StringSplitOptions.RemoveEmptyEntries),
        ];
        int english = words.Count(EnglishSmall.Contains);
        (string Words, int Count) best = Latin
            .Select(language => (language.Words, Count: words.Count(language.Small.Contains)))
            .MaxBy(language => language.Count);
        return best.Count >= 2 && best.Count > english ? $"{English} {best.Words}" : null;
    }

    private static HashSet<string> Set(string words) => [.. words.Split(' ')];
}
