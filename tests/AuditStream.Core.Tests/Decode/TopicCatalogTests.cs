using AuditStream.Core.Decode;

namespace AuditStream.Core.Tests.Decode;

public sealed class TopicCatalogTests
{
    [Fact]
    public void A_topic_belongs_to_the_first_source_whose_pattern_matches_its_whole_name()
    {
        var catalog = new TopicCatalog(new DecodeSettings
        {
            Sources =
            [
                new SourceSettings { TopicPattern = "shop\\.orders|bank", Name = "first" },
                new SourceSettings { TopicPattern = "shop\\..*", Name = "second" },
            ],
        });
        catalog.Find("shop.orders").Settings.Name.ShouldBe("first");
        catalog.Find("shop.orders2").Settings.Name.ShouldBe("second");
        catalog.Find("bank").Settings.Name.ShouldBe("first");
        catalog.Find("bank.shop.x").Settings.Name.ShouldBeNull();
        catalog.Find("shop.orders").ShouldBeSameAs(catalog.Find("shop.orders"));
    }

    [Fact]
    public void The_number_of_topics_is_bounded()
    {
        var catalog = new TopicCatalog(new DecodeSettings());
        var first = catalog.Find("topic");
        for (var number = 0; number < TopicCatalog.MaxTopics; number++)
            catalog.Find($"topic.{number}");
        var again = catalog.Find("topic");
        again.ShouldNotBeSameAs(first);
        again.Topic.ShouldBe("topic");
    }
}
