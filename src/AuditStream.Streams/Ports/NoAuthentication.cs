namespace AuditStream.Streams.Ports;

/// <summary>The default: whatever the client settings say (none, TLS, SASL with a password).</summary>
public sealed class NoAuthentication : IClientAuthentication
{
    /// <inheritdoc/>
    public bool ProvidesTokens => false;

    /// <inheritdoc/>
    public void Configure(IDictionary<string, string> settings)
    {
    }

    /// <inheritdoc/>
    public AuthenticationToken GetToken(string oauthConfiguration) =>
        throw new InvalidOperationException("Making a token failed: this authentication has none.");
}
