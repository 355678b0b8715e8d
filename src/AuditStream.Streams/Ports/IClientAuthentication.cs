namespace AuditStream.Streams.Ports;

/// <summary>How clients prove who they are, where client settings alone cannot say it: tokens that expire.</summary>
public interface IClientAuthentication
{
    /// <summary>Adds or replaces client settings (librdkafka names), once per client.</summary>
    void Configure(IDictionary<string, string> settings);

    /// <summary>True when <see cref="GetToken"/> is to be called whenever a client needs a token (SASL/OAUTHBEARER).</summary>
    bool ProvidesTokens { get; }

    /// <summary>Makes a token. Called on a client's own thread; what it throws is told to the client, which asks again after 10
    /// s.</summary>
    /// <param name="oauthConfiguration">The client's <c>sasl.oauthbearer.config</c>.</param>
    AuthenticationToken GetToken(string oauthConfiguration);
}
