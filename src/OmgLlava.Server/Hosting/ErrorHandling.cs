using System.Diagnostics;
using System.Globalization;
using OmgLlava.Server.Contracts;
using OmgLlava.Serving;

namespace OmgLlava.Server.Hosting;

/// <summary>Turns what goes wrong into a status and a sentence; nothing of the inside is shown.</summary>
internal static class ErrorHandling
{
    /// <summary>The middleware.</summary>
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next, ILogger log)
    {
        try
        {
            await next(context);
            if (
                !context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null }
            )
            {
                await WriteAsync(context, Describe(context));
            }
        }
        catch (Exception error)
        {
            ApiException? shown = Translate(error, context);
            if (shown is null)
            {
                // Nobody is there to read it; the log has it.
                if (!context.Response.HasStarted)
                {
                    context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                }

                return;
            }

            LogInside(log, shown, error, context);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.ContentLength = null;
            await WriteAsync(context, shown);
        }
    }

    /// <summary>What the user is told; null when there is no user any more.</summary>
    public static ApiException? Translate(Exception error, HttpContext context) =>
        error switch
        {
            ApiException known => known,
            OmgLlavaException known => new ApiException(
                StatusCodes.Status400BadRequest,
                known.Code ?? "bad_request",
                known.Message
            ),
            UnknownPictureException known => new ApiException(StatusCodes.Status404NotFound, "not_found", known.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new ApiException(
                StatusCodes.Status413PayloadTooLarge,
                "too_large",
                "The body is larger than this server takes."
            ),
            BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => new ApiException(
                StatusCodes.Status408RequestTimeout,
                "timeout",
                "The body came too slowly."
            ),
            BadHttpRequestException known => new ApiException(
                known.StatusCode,
                "bad_request",
                "The request is not valid HTTP, or its body ended too early."
            ),
            OperationCanceledException
            or ObjectDisposedException
            or IOException
                when context.Features.Get<RequestEnd>()?.ClientGone ?? context.RequestAborted.IsCancellationRequested => null,
            OperationCanceledException => context.Features.Get<RequestEnd>()?.Why
                ?? new ApiException(
                    StatusCodes.Status503ServiceUnavailable,
                    "shutting_down",
                    "The server is ending; try again at another one."
                ),
            _ => new ApiException(
                StatusCodes.Status500InternalServerError,
                "internal",
                $"Something went wrong inside the server; its log has more under {context.TraceIdentifier}."
            ),
        };

    /// <summary>Logs an error of the server's own.</summary>
    public static void LogInside(ILogger log, ApiException shown, Exception error, HttpContext context)
    {
        if (shown.Status == StatusCodes.Status500InternalServerError)
        {
            Log.Failed(log, error, context.TraceIdentifier, Activity.Current?.TraceId.ToHexString());
        }
    }

    /// <summary>The body of an error.</summary>
    public static ErrorBody Body(ApiException error) =>
        new(new ErrorDetail(error.Message, TypeOf(error.Status), null, error.Code));

    private static string TypeOf(int status) =>
        status switch
        {
            StatusCodes.Status429TooManyRequests => "rate_limit_error",
            < 500 => "invalid_request_error",
            _ => "server_error",
        };

    private static Task WriteAsync(HttpContext context, ApiException error)
    {
        context.Response.StatusCode = error.Status;
        if (error.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return context.Response.WriteAsJsonAsync(
            Body(error),
            ApiJson.Options.Of<ErrorBody>(),
            cancellationToken: CancellationToken.None
        );
    }

    private static ApiException Describe(HttpContext context) =>
        context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => new ApiException(
                404,
                "not_found",
                "There is nothing at this path; /docs lists what there is."
            ),
            StatusCodes.Status405MethodNotAllowed => new ApiException(
                405,
                "method_not_allowed",
                $"This path does not take {context.Request.Method}; /docs lists what it takes."
            ),
            StatusCodes.Status415UnsupportedMediaType => new ApiException(
                415,
                "unsupported_media_type",
                "This path does not take this content type; /docs lists what it takes."
            ),
            int status => new ApiException(status, "bad_request", "The request cannot be answered."),
        };
}
