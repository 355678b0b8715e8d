namespace AuditStream.Core.Decode.DynamoDb;

/// <summary>The type of an attribute's value, which stands beside it in every record.</summary>
internal enum AttributeType : byte
{
    /// <summary>None of DynamoDB's.</summary>
    None,

    /// <summary><c>S</c>: text.</summary>
    Text,

    /// <summary><c>N</c>: a number of up to 38 digits, in a string.</summary>
    Number,

    /// <summary><c>B</c>: bytes in base64.</summary>
    Binary,

    /// <summary><c>BOOL</c>: true or false.</summary>
    Boolean,

    /// <summary><c>NULL</c>: true, always.</summary>
    Null,

    /// <summary><c>M</c>: attributes by name.</summary>
    Map,

    /// <summary><c>L</c>: values of any types.</summary>
    List,

    /// <summary><c>SS</c>: texts without order.</summary>
    TextSet,

    /// <summary><c>NS</c>: numbers without order.</summary>
    NumberSet,

    /// <summary><c>BS</c>: bytes without order.</summary>
    BinarySet,
}
