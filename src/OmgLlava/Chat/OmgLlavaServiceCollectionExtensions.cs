using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OmgLlava;
using OmgLlava.Chat;
using OmgLlava.Serving;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers OMG-LLaVA.</summary>
public static class OmgLlavaServiceCollectionExtensions
{
    /// <summary>
    /// Registers, as singletons, the model (loaded when it is first asked for), the <see cref="OmgLlavaService"/> that shares it,
    /// the <see cref="OmgLlavaChatClient"/>, and this as the <see cref="IChatClient"/> where there is none yet.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says at least which model directory.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddOmgLlava(this IServiceCollection services, Action<OmgLlavaOptions> configure)
    {
        var options = new OmgLlavaOptions();
        configure(options);
        if (options.ModelDirectory.Length == 0)
        {
            throw new OmgLlavaException("AddOmgLlava needs a model: set ModelDirectory.");
        }

        services.TryAddSingleton(_ => OmgLlavaModel.Load(options.ModelDirectory, options.Load));
        services.TryAddSingleton(provider => new OmgLlavaService(provider.GetRequiredService<OmgLlavaModel>(), options.Serving));
        services.TryAddSingleton<OmgLlavaChatClient>();
        services.TryAddSingleton<IChatClient>(provider => provider.GetRequiredService<OmgLlavaChatClient>());
        return services;
    }

    /// <summary>The same with a model directory and defaults for all else.</summary>
    public static IServiceCollection AddOmgLlava(this IServiceCollection services, string modelDirectory) =>
        services.AddOmgLlava(options => options.ModelDirectory = modelDirectory);
}
