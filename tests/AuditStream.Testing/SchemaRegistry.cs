using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AuditStream.Testing;

/// <summary>A real schema registry in memory on a free loopback port; it can go and come back at the same address, and is then empty.</summary>
public sealed class SchemaRegistry : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder folder = new("registry");
    private readonly string script;
    private readonly int port;
    private readonly Guard guard;

    private SchemaRegistry(string script, int port)
    {
        this.script = script;
        this.port = port;
        guard = new Guard(script, "down", "--dir", Directory);
    }

    /// <summary>The registry's address.</summary>
    public string Root => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    /// <summary>The address of its Confluent API.</summary>
    public string Url => $"{Root}/apis/ccompat/v7";

    private string Directory => folder.At("data");

    /// <summary>Makes one that does not run yet.</summary>
    public static SchemaRegistry Stopped() => new(
        SharedFolder.RegistryScript ?? throw new InvalidOperationException("Starting a registry failed: shared/registry is missing."), FreePorts.One());

    /// <summary>Starts one.</summary>
    public static async Task<SchemaRegistry> StartNewAsync()
    {
        var registry = Stopped();
        await registry.StartAsync();
        return registry;
    }

    /// <summary>Starts it and returns when it answers.</summary>
    public Task StartAsync() =>
        ToolProcess.RunAsync(StartLimit, script, "up", "--port", port.ToString(CultureInfo.InvariantCulture), "--dir", Directory);

    /// <summary>Kills it; its schemas are gone.</summary>
    public Task StopAsync() => ToolProcess.RunAsync(StopLimit, script, "down", "--dir", Directory);

    /// <summary>Registers a schema.</summary>
    /// <returns>Its id.</returns>
    public Task<int> RegisterAsync(string subject, string schema) => RegisterAsync(subject, new { schema });

    /// <summary>Registers a schema that names types of others.</summary>
    /// <returns>Its id.</returns>
    public Task<int> RegisterAsync(string subject, string schema, params IEnumerable<(string Name, string Subject, int Version)> references) =>
        RegisterAsync(subject, new
        {
            schema,
            references = references.Select(other => new { name = other.Name, subject = other.Subject, version = other.Version }),
        });

    /// <summary>Sends a setting to the Confluent API.</summary>
    public async Task PutAsync(string path, string json)
    {
        using var client = new HttpClient();
        using var body = Body(json);
        using var response = await client.PutAsync(new Uri($"{Url}/{path}"), body);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>What the Confluent API answers to a GET.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var client = new HttpClient();
        return JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(new Uri($"{Url}/{path}")));
    }

    private async Task<int> RegisterAsync(string subject, object request)
    {
        using var client = new HttpClient();
        using var body = Body(JsonSerializer.Serialize(request));
        using var response = await client.PostAsync(new Uri($"{Url}/subjects/{subject}/versions"), body);
        var answer = await response.Content.ReadAsStringAsync();
        return JsonSerializer.Deserialize<JsonElement>(answer).TryGetProperty("id", out var id)
            ? id.GetInt32()
            : throw new InvalidOperationException($"Registering {subject} failed: {answer}");
    }

    private static StringContent Body(string json)
    {
        var body = new StringContent(json, Encoding.UTF8);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.schemaregistry.v1+json");
        return body;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        guard.Dispose();
        folder.Dispose();
    }
}
