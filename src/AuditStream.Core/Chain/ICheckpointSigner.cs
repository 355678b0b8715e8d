namespace AuditStream.Core.Chain;

/// <summary>Signs checkpoints: a key in a file, or one that never leaves where it is kept.</summary>
public interface ICheckpointSigner
{
    /// <summary>The public key as DER SubjectPublicKeyInfo of the curve P-256.</summary>
    byte[] PublicKey { get; }

    /// <summary>Signs a text: ECDSA over its SHA-256, the signature in DER.</summary>
    byte[] Sign(ReadOnlySpan<byte> text);
}
