using AuditStream.App.Configuration;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Dms.Csv;
using AuditStream.Core.Emit;
using AuditStream.Core.Identity;
using AuditStream.Core.Protect;

namespace AuditStream.App.Tests.Configuration;

public sealed class CoreSettingsTests
{
    [Fact]
    public void Every_setting_of_a_source_reaches_the_rooms()
    {
        var options = ConfigurationReader.Read(file: null,
        [
            "Raw:Topics=t", "Raw:MaxRecordBytes=2000000", "Sources:0:TopicPattern=a.*", "Sources:0:Name=bank", "Sources:0:Incarnation=3",
            "Sources:0:ReplicaIdentity=index", "Sources:0:SkippedTables=s.signal,s.beat", "Sources:0:UnavailablePlaceholder=gone",
            "Sources:0:Tables:s.t:ReplicaIdentity=full", "Sources:0:BeforeImagePrefix=", "Sources:0:Tables:s.t:Key=b,a", "Sources:1:Name=other",
            "Protect:Version=7", "Protect:Rules:0:Table=s.*", "Protect:Rules:0:Column=iban", "Protect:Rules:0:Action=mask",
            "Protect:Rules:1:Column=pin", "Protect:Rules:1:Action=drop", "Protect:Rules:2:Action=keep", "Emit:Images=after",
        ]);
        var key = new IdentityKey(new byte[32]);
        var settings = CoreSettings.Normalizer(options, key);

        settings.IdentityKey.ShouldBeSameAs(key);
        settings.ConfigHash.ShouldBe(EffectiveSettings.NormalizerHash(options));
        settings.ProductVersion.ShouldBe("0.1.0");
        settings.Emit.ShouldBe(new EmitSettings { Images = ImagesOut.After, MaxEventBytes = 4_065_536 });
        settings.Protect.Version.ShouldBe("7");
        settings.Protect.Rules.ShouldBe(
        [
            new ProtectRule { Table = "s.*", Column = "iban", Action = FieldAction.Mask },
            new ProtectRule { Table = "*", Column = "pin", Action = FieldAction.Drop },
            new ProtectRule { Table = "*", Column = "*", Action = FieldAction.Keep },
        ]);
        settings.Decode.Sources.Count.ShouldBe(2);
        var source = settings.Decode.Sources[0];
        (source.TopicPattern, source.Name, source.Incarnation, source.ReplicaIdentity, source.UnavailablePlaceholder)
            .ShouldBe(("a.*", "bank", 3, ReplicaIdentity.Index, "gone"));
        source.BeforeImagePrefix.ShouldBe("", "empty switches the prefix off; it is not the default");
        settings.Decode.Sources[1].BeforeImagePrefix.ShouldBe("BI_");
        source.SkippedTables.ShouldBe(["s.signal", "s.beat"]);
        source.Tables["s.t"].ReplicaIdentity.ShouldBe(ReplicaIdentity.Full);
        source.Tables["s.t"].Key.ShouldBe(["b", "a"]);
    }

    [Fact]
    public void Every_setting_of_lines_reaches_the_rooms()
    {
        var options = ConfigurationReader.Read(file: null,
        [
            "Raw:Topics=t", "Sources:0:TopicPattern=a", "Sources:0:Dialect=dms_csv", "Sources:0:Tables:s.t:Columns=id,at", "Sources:0:DmsCsv:Delimiter=;",
            "Sources:0:DmsCsv:RowDelimiter=\\r\\n", "Sources:0:DmsCsv:NullValue=", "Sources:0:DmsCsv:NoSupValue=?", "Sources:0:DmsCsv:Rfc4180=false",
            "Sources:0:DmsCsv:AddColumnName=true", "Sources:0:DmsCsv:TimestampColumnName=at", "Sources:0:DmsCsv:PreserveTransactions=true",
            "Sources:0:DmsCsv:IncludeOpForFullLoad=true", "Sources:0:DmsCsv:UnmarkedRows=upsert", "Sources:1:Name=other",
        ]);
        var sources = CoreSettings.Normalizer(options, new IdentityKey(new byte[32])).Decode.Sources;
        (sources[0].Dialect, sources[1].Dialect).ShouldBe((SourceDialect.DmsCsv, SourceDialect.Auto));
        sources[0].Tables["s.t"].Columns.ShouldBe(["id", "at"]);
        sources[0].DmsCsv.ShouldBe(new CsvSettings
        {
            Delimiter = ";", RowDelimiter = "\\r\\n", NullValue = "", NoSupValue = "?", Rfc4180 = false, AddColumnName = true, TimestampColumnName = "at",
            PreserveTransactions = true, IncludeOpForFullLoad = true, UnmarkedRows = UnmarkedRows.Upsert,
        });
        sources[1].DmsCsv.ShouldBe(new CsvSettings { RowDelimiter = "\\n" });
    }

    [Theory]
    [InlineData("full", ImagesOut.Full)]
    [InlineData("after", ImagesOut.After)]
    [InlineData("none", ImagesOut.None)]
    public void Every_choice_of_images_is_passed_on(string text, ImagesOut expected) =>
        CoreSettings.Normalizer(ConfigurationReader.Read(file: null, ["Raw:Topics=t", $"Emit:Images={text}"]), new IdentityKey(new byte[32]))
            .Emit.Images.ShouldBe(expected);
}
