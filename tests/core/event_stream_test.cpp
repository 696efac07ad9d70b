#include "wire/event_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace tidemark::wire {
namespace {

using Events = std::vector<std::string>;

struct Reader {
  explicit Reader(std::size_t most_bytes = 1'000) : stream(most_bytes) {}

  Reader& take(std::string_view bytes) {
    stream.take(
        bytes, [this](std::string_view data) { events.emplace_back(data); },
        [this] { ++too_large; });
    return *this;
  }

  EventStream stream;
  Events events;
  int too_large = 0;
};

TEST(EventStream, ReadsLinesOfEveryEnding) {
  EXPECT_EQ(Reader().take("data: a\n\ndata: b\r\n\r\ndata: c\r\r").events, (Events{"a", "b", "c"}));
}

TEST(EventStream, JoinsLinesOfOneEvent) {
  EXPECT_EQ(Reader().take("data:a\ndata:  b\ndata\n\n").events, (Events{"a\n b\n"}));
}

TEST(EventStream, IgnoresCommentsFieldsAndEventsWithoutData) {
  EXPECT_EQ(Reader().take(": hello\nevent: x\nid: 4\nwhat: y\n\n:\n\ndata: z\n\n").events,
            Events{"z"});
}

TEST(EventStream, SkipsAByteOrderMarkAtTheStartOnly) {
  EXPECT_EQ(Reader()
                .take("\xef\xbb\xbf"
                      "data: a\n\n\xef\xbb\xbf"
                      "data: b\n\n")
                .events,
            Events{"a"});
}

TEST(EventStream, DropsWhatTheEndCutsOff) {
  EXPECT_EQ(Reader().take("data: a\n\ndata: b\n").events, Events{"a"});
}

TEST(EventStream, KeepsTheLastId) {
  Reader reader;
  reader.take("id: e:7\n\n");
  EXPECT_EQ(reader.stream.last_id(), "e:7");
  reader.take(std::string_view("id: a\0b\n\n", 9)).take("data: x\n\n");
  EXPECT_EQ(reader.stream.last_id(), "e:7");
  reader.take("id\n\n");
  EXPECT_EQ(reader.stream.last_id(), "");
}

TEST(EventStream, KnowsHowLongTheServerWantsToBeLeftAlone) {
  Reader reader;
  for (const char* bad : {"retry: -1\n", "retry: 1s\n", "retry:\n", "retry: 9999999999\n"}) {
    EXPECT_EQ(reader.take(bad).stream.retry(), std::nullopt) << bad;
  }
  EXPECT_EQ(reader.take("retry: 2500\n").stream.retry(), 2'500);
}

TEST(EventStream, DropsAnEventThatIsTooLargeAndGoesOn) {
  Reader reader(10);
  reader.take("data: 12345\n\ndata: 12345678901\n\n");
  reader.take("data: 123\ndata: 456\ndata: 789\n\n");
  for (int i = 0; i < 100; ++i) reader.take("data: 1");
  reader.take("\n\ndata: ok\n\n");
  EXPECT_EQ(reader.events, (Events{"12345", "ok"}));
  EXPECT_EQ(reader.too_large, 3);
}

// However the body is cut, the events are the same.
TEST(EventStream, DoesNotMindWhereTheBodyIsCut) {
  const std::string body =
      "\xef\xbb\xbf"
      ": hi\r\ndata: one\r\n\r\nid: 3\rdata: two\rdata: more\r\rretry: 7\n\n"
      "data: ümläut\n\n\n\ndata: three\r\n\r\n";
  const Events whole = Reader().take(body).events;
  ASSERT_EQ(whole, (Events{"one", "two\nmore", "ümläut", "three"}));
  Random random(7);
  for (int round = 0; round < 500; ++round) {
    Reader reader;
    for (std::size_t at = 0; at < body.size();) {
      const auto length = static_cast<std::size_t>(random.up_to(5));
      reader.take(std::string_view(body).substr(at, length));
      at += length;
    }
    ASSERT_EQ(reader.events, whole);
    ASSERT_EQ(reader.stream.retry(), 7);
  }
}

}  // namespace
}  // namespace tidemark::wire
