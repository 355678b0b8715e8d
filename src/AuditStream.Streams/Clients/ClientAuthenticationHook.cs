using AuditStream.Streams.Ports;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Clients;

/// <summary>Gives a client the token it asks for, or says that there is none.</summary>
internal static class ClientAuthenticationHook
{
    /// <summary>Called on the client's own thread, at the start and at 80 % of a token's life.</summary>
    internal static void Refresh(IClient client, string configuration, IClientAuthentication authentication, ILogger logger)
    {
        try
        {
            var token = authentication.GetToken(configuration);
            var extensions = token.Extensions?.ToDictionary(extension => extension.Key, extension => extension.Value);
            client.OAuthBearerSetToken(token.Value, token.ExpiresAtMilliseconds, token.Principal, extensions);
        }
        // Whatever the provider throws must reach the client, which asks again; an exception here would be lost in native code.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            StreamsLog.TokenFailed(logger, client.Name, exception);
            client.OAuthBearerSetTokenFailure(exception.GetType().Name);
        }
    }
}
