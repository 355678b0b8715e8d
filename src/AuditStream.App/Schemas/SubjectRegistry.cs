using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AuditStream.App.Configuration;

namespace AuditStream.App.Schemas;

/// <summary>Asks a registry about one subject over its Confluent API: whether it has a schema, whether one may follow, and to take one.</summary>
public sealed class SubjectRegistry : IDisposable
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;
    private const int MaxQuotedCharacters = 300;
    private const int SubjectNotFound = 40401;
    private const int VersionNotFound = 40402;
    private const int SchemaNotFound = 40403;
    private const string NoRegistry = "what answers there is none: SchemaRegistry:Url must be the address of its Confluent API";
    private readonly HttpClient client;
    private readonly string address;
    private readonly string subject;

    /// <summary>Makes a client; nothing connects yet.</summary>
    /// <param name="options">Checked options with an address.</param>
    /// <param name="subject">The subject's name.</param>
    public SubjectRegistry(SchemaRegistryOptions options, string subject)
    {
        this.subject = subject;
        address = (options.Url ?? throw new ArgumentException("No address of a registry is given.", nameof(options))).TrimEnd('/');
        client = RegistryHttp.Client(options, MaxAnswerBytes);
    }

    /// <summary>The subject of a topic's values, as serializers name it by default.</summary>
    public static string OfValues(string topic) => $"{topic}-value";

    /// <summary>Whether the subject has this schema, in any version; its id.</summary>
    public Task<SubjectAnswer> LookUpAsync(string schema, CancellationToken cancellationToken) => AskAsync(string.Empty, schema, cancellationToken);

    /// <summary>Adds a schema as the next version. One that is there already keeps its id.</summary>
    public Task<SubjectAnswer> RegisterAsync(string schema, CancellationToken cancellationToken) => AskAsync("/versions", schema, cancellationToken);

    /// <summary>Whether a schema may follow the latest version. A subject without any answers <see cref="SubjectAnswerKind.NotThere"/>.</summary>
    public Task<SubjectAnswer> MayFollowAsync(string schema, CancellationToken cancellationToken) =>
        AskAsync("/versions/latest", schema, cancellationToken, area: "/compatibility");

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<SubjectAnswer> AskAsync(string path, string schema, CancellationToken cancellationToken, string area = "")
    {
        try
        {
            using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { schema, schemaType = "AVRO" }));
            body.Headers.ContentType = new MediaTypeHeaderValue(RegistryHttp.ContentType);
            var uri = new Uri($"{address}{area}/subjects/{Uri.EscapeDataString(subject)}{path}");
            using var response = await client.PostAsync(uri, body, cancellationToken).ConfigureAwait(false);
            return Read(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException
            || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return NotNow(exception is TaskCanceledException ? "it has not answered in time" : exception.Message.TrimEnd('.'));
        }
    }

    private SubjectAnswer Read(HttpStatusCode status, byte[] body)
    {
        var text = SubjectText.Read(body);
        switch (status)
        {
            case HttpStatusCode.OK when text is { IsCompatible: false }:
                return Refused("the schema does not agree with the versions that it has, by the rule of compatibility that is set there");
            case HttpStatusCode.OK when text is { Id: > 0 } or { IsCompatible: true }:
                return new SubjectAnswer(SubjectAnswerKind.Yes, text.Id, Reason: "");
            case HttpStatusCode.NotFound when text is { Code: SubjectNotFound or VersionNotFound or SchemaNotFound }:
                return new SubjectAnswer(SubjectAnswerKind.NotThere, Id: 0, $"The schema registry at {address} has no such schema under {subject}.");
            case HttpStatusCode.OK or HttpStatusCode.NotFound:
                return NotNow(NoRegistry);
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return Refused($"it does not let this user in ({(int)status}): see SchemaRegistry:User and SchemaRegistry:Password");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests:
            case >= HttpStatusCode.InternalServerError:
                return NotNow(string.Create(CultureInfo.InvariantCulture, $"it answers with status {(int)status}"));
            default:
                return Refused(string.Create(CultureInfo.InvariantCulture, $"status {(int)status}, {Quoted(text?.Message)}"));
        }
    }

    private SubjectAnswer NotNow(string why) =>
        new(SubjectAnswerKind.NotNow, Id: 0, $"The schema registry at {address} cannot be asked: {why}.");

    private SubjectAnswer Refused(string why) =>
        new(SubjectAnswerKind.Refused, Id: 0, $"The schema registry at {address} refuses the events' schema under {subject}: {why}.");

    // A registry's words are about schemas, which hold no row.
    private static string Quoted(string? message) => message switch
    {
        null => "without a word",
        { Length: > MaxQuotedCharacters } => $"{message[..MaxQuotedCharacters]}…",
        _ => message.TrimEnd('.'),
    };
}
