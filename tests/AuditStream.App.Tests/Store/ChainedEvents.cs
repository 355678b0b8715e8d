using System.Globalization;
using System.Text;
using AuditStream.Core.Sink;

namespace AuditStream.App.Tests.Store;

/// <summary>Rows of real events, the same for the same number.</summary>
internal static class ChainedEvents
{
    public static AuditRow Row(int number)
    {
        var corpus = new CorpusRows();
        corpus.Take([], schemas: null, [Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""
            {"topic":"shop.public.orders","timestamp":1749981600200,"key":{"id":1},"value":{"before":null,"after":{"id":1,"n":{{{number}}}},"source":{"version":"3.5.0.Final",
            "connector":"postgresql","name":"shop","ts_ms":1749981600123,"snapshot":"false","db":"shopdb","schema":"public","table":"orders","txId":771,
            "lsn":{{{26_000_000 + number}}},"xmin":null},"transaction":null,"op":"c","ts_ms":1749981600150}}
            """))]);
        return corpus.Events[0].Row with { StreamOffset = number };
    }
}
