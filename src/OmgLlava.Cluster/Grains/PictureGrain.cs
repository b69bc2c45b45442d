using System.Runtime.CompilerServices;
using OmgLlava.Cluster.Membership;
using OmgLlava.Cluster.Placement;
using OmgLlava.Cluster.Routing;
using OmgLlava.Serving;
using Orleans.Concurrency;
using Orleans.Runtime.Placement;

namespace OmgLlava.Cluster.Grains;

/// <inheritdoc cref="IPictureGrain"/>
[Reentrant, LoadPlacement]
internal sealed class PictureGrain(
    [PersistentState("picture", ClusterHosting.Storage)] IPersistentState<PictureState> state,
    OmgLlavaService service, LocalAnswers answers, Leaving leaving, LocalPictures pictures, ILocalSiloDetails silo)
    : Grain, IPictureGrain
{
    private const string ServerHeader = "X-Served-By";

    private readonly string _server = silo.SiloAddress.Endpoint.ToString();
    private Task _storing = Task.CompletedTask;
    private int _answering;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        pictures.Add(this.GetGrainId());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        pictures.Remove(this.GetGrainId());
        if (state.State.File is not null)
        {
            service.Forget(this.GetPrimaryKeyString(), state.State.Owner); // its memory is another server's matter now
        }

        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<AnswerPiece> AnswerAsync(
        ForwardedRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (leaving.HasBegun)
        {
            if (_answering == 0)
            {
                DeactivateOnIdle(); // not while it answers: that would end the answers
            }

            throw new ServerLeavingException(); // also while it answers, or a picture much asked about would never be free
        }

        _answering++;
        pictures.Ask(this.GetGrainId());
        try
        {
            await foreach (AnswerPiece piece in AnswerHereAsync(request, cancellation))
            {
                yield return piece;
            }
        }
        finally
        {
            if (--_answering == 0)
            {
                pictures.Rest(this.GetGrainId());
            }
        }
    }

    public Task MoveAsync(SiloAddress to)
    {
        if (_answering == 0 && !to.Equals(silo.SiloAddress))
        {
            pictures.Go(this.GetGrainId());
            RequestContext.Set(IPlacementDirector.PlacementHintKey, to);
            MigrateOnIdle(); // what is stored goes with it; what was seen is seen again when somebody asks
        }

        return Task.CompletedTask;
    }

    private async IAsyncEnumerable<AnswerPiece> AnswerHereAsync(
        ForwardedRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string name = this.GetPrimaryKeyString();
        bool known = state.State.File is not null && state.State.Owner == request.Owner;
        if (known && service.FindFile(name, request.Owner) is null)
        {
            service.Keep(state.State.File!, request.Owner);
        }

        await foreach (AnswerPiece piece in answers.AnswerAsync(request, cancellation))
        {
            if (piece.Status is > 0 and < StatusCodes.Status300MultipleChoices)
            {
                await KeepInStepAsync(name, request);
            }

            yield return piece.Status == 0 ? piece : piece with { Headers = [.. piece.Headers, ServerHeader, _server] };
        }
    }

    /// <summary>Stores what the answer leaves behind, before anyone learns that it has been given.</summary>
    private async Task KeepInStepAsync(string name, ForwardedRequest request)
    {
        await _storing;
        if (HttpMethods.IsDelete(request.Method))
        {
            await (_storing = state.ClearStateAsync());
        }
        else if (state.State.File is null && service.FindFile(name, request.Owner) is { } file)
        {
            (state.State.Owner, state.State.File) = (request.Owner, file);
            await (_storing = state.WriteStateAsync());
        }
    }
}
