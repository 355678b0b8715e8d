using System.Security.Cryptography;
using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Tests.Verify;

/// <summary>A new key of checkpoints.</summary>
internal sealed class TestSigner : ICheckpointSigner
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    public byte[] Sign(ReadOnlySpan<byte> text) => key.SignData(text.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
}
