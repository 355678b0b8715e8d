namespace AuditStream.Streams.Ports;

/// <summary>A bearer token for SASL/OAUTHBEARER.</summary>
/// <param name="Value">The token.</param>
/// <param name="ExpiresAtMilliseconds">When it ends: milliseconds since the Unix epoch. Clients refresh at 80 % of its life.</param>
/// <param name="Principal">Whose it is.</param>
/// <param name="Extensions">SASL extensions; null for none.</param>
public sealed record AuthenticationToken(
    string Value, long ExpiresAtMilliseconds, string Principal, IReadOnlyDictionary<string, string>? Extensions = null)
{
    /// <summary>The token's owner, without the token.</summary>
    public override string ToString() => $"token of {Principal}";
}
