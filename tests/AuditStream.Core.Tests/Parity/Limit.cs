using System.Text.Json.Nodes;

namespace AuditStream.Core.Tests.Parity;

/// <summary>One thing that some dialects cannot say, or say in another form: what becomes of the whole truth by it.</summary>
/// <param name="Says">What.</param>
/// <param name="Dialects">Which dialects.</param>
internal sealed record Limit(string Says, params string[] Dialects)
{
    /// <summary>Leaves changes out, or tells them otherwise; null for none.</summary>
    public Func<SaidChange, IEnumerable<SaidChange>>? Changes { get; init; }

    /// <summary>Gives a value another form, in canonical JSON; null for all, and from it for a value that keeps its form.</summary>
    public Func<ModelColumn, string?, string?>? Value { get; init; }

    /// <summary>Alters the event of a change; null for none.</summary>
    public Action<SaidChange, JsonObject>? Event { get; init; }

    public override string ToString() => Says;
}
