using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using AuditStream.App.Configuration;
using AuditStream.Core.Decode.Avro;

namespace AuditStream.App.Schemas;

/// <summary>Schemas out of a registry, over its Confluent API, and over Apicurio's own for ids that only that knows.</summary>
/// <remarks>
/// <para>A schema never changes, so an answer is kept as long as the process lives. An id that the registry does not know is asked for again before
/// that is believed, because one of several registries may be a moment behind; and again after a while, because it may be registered later.</para>
/// <para>After a failure it answers for a moment without asking: many partitions wait for the same registry, and a request that runs into its
/// time-out stops the thread that asks.</para>
/// </remarks>
public sealed class HttpSchemas : ISchemaSource, IDisposable
{
    /// <summary>How many answers are kept; then all are forgotten.</summary>
    public const int MaxSchemas = 10_000;

    /// <summary>The longest answer, in bytes.</summary>
    public const int MaxAnswerBytes = 16 * 1024 * 1024;

    /// <summary>How often the registry must say that it does not know an id.</summary>
    public const int AsksBeforeUnknown = 3;

    /// <summary>How long a registry that has begun to answer, after a start or a failure, is not yet believed that it does not know an id: it may
    /// still be reading its schemas, and records would be refused for good. For who works without end.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(15);

    private const string NoRegistry = "what answers there is none: SchemaRegistry:Url must be the address of its Confluent API";
    private const string ConfluentApi = "/apis/ccompat/";
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<SchemaId, SchemaAnswer> known = new();
    private readonly ConcurrentDictionary<SchemaId, (int Asks, long LastAsked)> unknown = new();
    private readonly HttpClient client;
    private readonly TimeProvider time;
    private readonly TimeSpan settle;
    private readonly string confluent;
    private readonly string apicurio;
    private readonly ApicurioIds ids;
    private volatile Failure? failure;
    private volatile Return? returned;

    /// <summary>Makes a client; nothing connects yet.</summary>
    /// <param name="options">Checked options with an address.</param>
    /// <param name="time">The clock.</param>
    /// <param name="settle">How long after its return a registry is not believed that it does not know an id; none for who cannot wait.</param>
    public HttpSchemas(SchemaRegistryOptions options, TimeProvider time, TimeSpan settle = default)
    {
        this.time = time;
        this.settle = settle;
        ids = options.ApicurioIds;
        confluent = (options.Url ?? throw new ArgumentException("No address of a registry is given.", nameof(options))).TrimEnd('/');
        var api = confluent.IndexOf(ConfluentApi, StringComparison.Ordinal);
        apicurio = $"{(api < 0 ? confluent : confluent[..api])}/apis/registry/v2/ids";
        client = RegistryHttp.Client(options, MaxAnswerBytes);
    }

    /// <inheritdoc/>
    public SchemaAnswer Find(SchemaId id)
    {
        if (known.TryGetValue(id, out var answer))
            return answer;
        if (unknown.TryGetValue(id, out var asked) && asked.Asks >= AsksBeforeUnknown && time.GetElapsedTime(asked.LastAsked) < UnknownFor)
            return Unknown(id);
        if (failure is { } last && time.GetElapsedTime(last.Since) < RestAfterFailure)
            return SchemaAnswer.NotNow(last.Reason);
        answer = Ask(id);
        if (answer.Kind is SchemaAnswerKind.Found or SchemaAnswerKind.Unsupported)
        {
            if (known.Count >= MaxSchemas)
                known.Clear();
            known[id] = answer;
            unknown.TryRemove(id, out _);
        }

        return answer;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private SchemaAnswer Ask(SchemaId id)
    {
        if (id.Kind == SchemaIdKind.Glue)
            return SchemaAnswer.Unsupported($"Schema {id} is in an AWS Glue registry, which this client does not ask.");
        var (status, body, failed) = Get(AddressOf(id));
        return status == 0 ? failed : Read(id, status, body);
    }

    // Status 0: there was no answer, and the last part says why.
    private (HttpStatusCode Status, byte[] Body, SchemaAnswer Failed) Get(string address)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = client.Send(request);
            using var content = new MemoryStream();
            response.Content.CopyTo(content, context: null, CancellationToken.None);
            return (response.StatusCode, content.ToArray(), default);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            return (0, [], Failed(exception is TaskCanceledException ? "it has not answered in time" : exception.Message.TrimEnd('.')));
        }
    }

    // A schema that is referred to is there: a registry takes none that refers to what it does not have. So none is no answer yet.
    private (byte[] Json, SchemaAnswer Failure) Referred(RegistryReference reference)
    {
        var version = reference.Version.ToString(CultureInfo.InvariantCulture);
        var (status, body, failed) = Get($"{confluent}/subjects/{Uri.EscapeDataString(reference.Subject ?? "")}/versions/{version}");
        if (status == 0)
            return ([], failed);
        if (status == HttpStatusCode.OK && RegistryText.IsOne(body))
            return (body, SchemaAnswer.Found(body));
        var what = $"version {version} of {reference.Subject}, which a schema refers to";
        return ([], Failed(string.Create(CultureInfo.InvariantCulture, $"it answers with status {(int)status} for {what}")));
    }

    private SchemaAnswer Read(SchemaId id, HttpStatusCode status, byte[] body)
    {
        switch (status)
        {
            case HttpStatusCode.OK when !IsAnswer(id, body):
                return Failed(NoRegistry);
            case HttpStatusCode.OK:
                Answered();
                return IsConfluent(id) ? RegistryText.Read(id, body, "the registry", Referred) : SchemaAnswer.Found(body);
            case HttpStatusCode.NotFound when RegistryFault.SaysUnknownSchema(body):
                Answered();
                return NotKnown(id);
            case HttpStatusCode.NotFound when id.Kind == SchemaIdKind.ConfluentGuid && RegistryFault.IsOne(body):
                return SchemaAnswer.Unsupported($"Schema {id} is named by its UUID, which this registry does not know schemas by.");
            case HttpStatusCode.NotFound:
                return Failed(NoRegistry);
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return Failed($"it does not let this user in ({(int)status}): see SchemaRegistry:User and SchemaRegistry:Password");
            default:
                return Failed(string.Create(CultureInfo.InvariantCulture, $"it answers with status {(int)status}"));
        }
    }

    private SchemaAnswer NotKnown(SchemaId id)
    {
        if (unknown.Count >= MaxSchemas)
            unknown.Clear();
        var isSettled = settle == TimeSpan.Zero || (returned is { } last && time.GetElapsedTime(last.At) >= settle);
        var most = isSettled ? AsksBeforeUnknown : AsksBeforeUnknown - 1;
        var asks = unknown.TryGetValue(id, out var asked) ? Math.Min(asked.Asks + 1, most) : 1;
        unknown[id] = (asks, time.GetTimestamp());
        return asks >= AsksBeforeUnknown
            ? Unknown(id)
            : SchemaAnswer.NotNow(string.Create(
                CultureInfo.InvariantCulture, $"The schema registry does not know schema {id}; it is asked again ({asks} of {AsksBeforeUnknown})."));
    }

    private void Answered()
    {
        failure = null;
        returned ??= new Return(time.GetTimestamp());
    }

    private SchemaAnswer Failed(string why)
    {
        var reason = $"The schema registry at {confluent} cannot be read: {why}.";
        failure = new Failure(time.GetTimestamp(), reason);
        returned = null;
        return SchemaAnswer.NotNow(reason);
    }

    private string AddressOf(SchemaId id) => id.Kind switch
    {
        SchemaIdKind.ApicurioGlobal => $"{apicurio}/globalIds/{id}",
        SchemaIdKind.ApicurioContent => $"{apicurio}/contentIds/{id}",
        SchemaIdKind.Apicurio => $"{apicurio}/{(ids == ApicurioIds.Global ? "globalIds" : "contentIds")}/{id}",
        SchemaIdKind.ConfluentGuid => $"{confluent}/schemas/guids/{id}",
        _ => $"{confluent}/schemas/ids/{id}",
    };

    // A page, as a gateway's or a registry's own for people, tells nothing of the schema: records must not be refused for it.
    private static bool IsAnswer(SchemaId id, byte[] body) =>
        IsConfluent(id) ? RegistryText.IsOne(body) : body.AsSpan().TrimStart(" \t\r\n"u8) is not [(byte)'<', ..];

    private static bool IsConfluent(SchemaId id) => id.Kind is SchemaIdKind.Confluent or SchemaIdKind.ConfluentGuid;

    private static SchemaAnswer Unknown(SchemaId id) => SchemaAnswer.Unknown($"The schema registry knows no schema {id}.");

    private sealed record Failure(long Since, string Reason);

    private sealed record Return(long At);
}
