using System.Net.Http.Headers;
using System.Text;
using AuditStream.App.Configuration;

namespace AuditStream.App.Schemas;

/// <summary>How a registry is spoken to.</summary>
internal static class RegistryHttp
{
    /// <summary>The type of bodies of the Confluent API.</summary>
    public const string ContentType = "application/vnd.schemaregistry.v1+json";

    /// <summary>Makes a client; nothing connects yet.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="maxAnswerBytes">The longest answer.</param>
    public static HttpClient Client(SchemaRegistryOptions options, int maxAnswerBytes)
    {
        var client = new HttpClient
        {
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            MaxResponseContentBufferSize = maxAnswerBytes,
        };
        client.DefaultRequestHeaders.Accept.ParseAdd($"{ContentType}, application/json");
        if (options.User is not null)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}"));
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }
        return client;
    }
}
