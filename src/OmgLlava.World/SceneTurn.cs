using OmgLlava.Data;

namespace OmgLlava.World;

/// <summary>A question about a scene with its answer, prompts and masks.</summary>
/// <param name="Task">What it trains.</param>
/// <param name="Turn">In the words that the model sees.</param>
public sealed record SceneTurn(SceneTask Task, ConversationTurn Turn);
