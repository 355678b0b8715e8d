namespace AuditStream.Core.Tests.Parity;

/// <summary>A column of the made tables.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsOptional">Whether it may be NULL.</param>
/// <param name="Default">Its default; null without.</param>
internal sealed record ModelColumn(string Name, ColumnKind Kind, bool IsOptional = true, string? Default = null);
