using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Triggers;

/// <summary>Where a payload has what. A place without a token is not there.</summary>
internal struct Payload
{
    /// <summary>Whose form it is: the event's <c>source.kind</c>.</summary>
    public byte[] Kind;

    /// <summary>The operation, a string.</summary>
    public JsonSlice Operation;

    /// <summary>The table's schema.</summary>
    public JsonSlice Schema;

    /// <summary>The table.</summary>
    public JsonSlice Table;

    /// <summary>The row before.</summary>
    public JsonSlice Old;

    /// <summary>The row after.</summary>
    public JsonSlice New;

    /// <summary>The old values of the columns that changed, where the form has no row before.</summary>
    public JsonSlice Changes;

    /// <summary>When, in ISO 8601.</summary>
    public JsonSlice Time;

    /// <summary>True when the payload was made of the source's log: the time is the commit's, and old rows are what the log has of them.</summary>
    public bool IsLogged;

    /// <summary>What is the same in every redelivery of the change.</summary>
    public JsonSlice Id;

    /// <summary>The place of the commit in the source's log.</summary>
    public JsonSlice Position;

    /// <summary>The place of the change in the commit.</summary>
    public JsonSlice Index;

    /// <summary>Who.</summary>
    public JsonSlice Actor;
}
