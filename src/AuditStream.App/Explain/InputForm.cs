namespace AuditStream.App.Explain;

/// <summary>In which form a record stands in the input.</summary>
public enum InputForm
{
    /// <summary>A value only: JSON, or whatever it is. A key may stand before it.</summary>
    Value,

    /// <summary>Value only, though it has the members of a captured record: one of them cannot be read.</summary>
    BrokenCaptured,

    /// <summary>A captured record, with key, value and headers in base64.</summary>
    Captured,

    /// <summary>A record written by hand or by <c>kcat -J</c>: <c>{"topic","key","value","headers"}</c> with key and value as they are.</summary>
    Written,
}
