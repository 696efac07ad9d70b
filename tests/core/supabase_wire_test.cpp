#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "wire/supabase.h"

namespace tidemark::wire {
namespace {

using Json = nlohmann::json;
using Errors = std::vector<Error>;

class SupabaseWire : public ::testing::Test {
 protected:
  // The answer to a join as it was sent, as the server gives it.
  static Json binding_of(const Json& join) {
    Json binding = join[4]["config"]["postgres_changes"][0];
    binding["id"] = 71;
    return binding;
  }

  Json join(const std::string& ref, const Request& request) {
    Request asked = request;
    asked.ref = ref;
    const Frames frames = dialect.subscribe(asked).frames;
    EXPECT_EQ(frames.size(), 1U);
    return Json::parse(frames.at(0));
  }
  Json join(const std::string& ref) { return join(ref, {.entity = "projects", .table = "t"}); }

  std::vector<Message>& take(const Json& frame) {
    dialect.decode(text = frame.dump(), decoded);
    return decoded.messages;
  }
  void let_in(const Json& sent) {
    EXPECT_TRUE(
        take(reply(sent, "ok", {{"postgres_changes", Json::array({binding_of(sent)})}})).empty());
  }
  void make_ready(const Json& sent) {
    let_in(sent);
    const auto* subscribed = std::get_if<Subscribed>(&take(system(sent, "ok")).at(0));
    ASSERT_NE(subscribed, nullptr);
    EXPECT_EQ(subscribed->ref, sent[1]);
    EXPECT_EQ(subscribed->sub, sent[2]);
    EXPECT_FALSE(subscribed->position.has_value());
    EXPECT_FALSE(subscribed->recovered);
  }

  static Json reply(const Json& sent, const std::string& status, const Json& response) {
    return {sent[0], sent[1], sent[2], "phx_reply", {{"status", status}, {"response", response}}};
  }
  static Json system(const Json& sent, const std::string& status,
                     const std::string& extension = "postgres_changes",
                     const std::string& message = "Subscribed to PostgreSQL") {
    const Json payload{{"status", status},
                       {"extension", extension},
                       {"message", message},
                       {"channel", "tidemark"}};
    return {sent[0], nullptr, sent[2], "system", payload};
  }
  static Json change(const Json& sent, const std::string& type, const Json& record,
                     const Json& old_record = Json::object()) {
    return {nullptr,
            nullptr,
            sent[2],
            "postgres_changes",
            {{"ids", {71}},
             {"data",
              {{"schema", "public"},
               {"table", "t"},
               {"commit_timestamp", "2026-11-28T01:02:03.4Z"},
               {"type", type},
               {"columns", Json::array()},
               {"record", record},
               {"old_record", old_record},
               {"errors", nullptr}}}}};
  }

  SupabaseDialect dialect;
  Decoded decoded;
  std::string text;
};

TEST_F(SupabaseWire, JoinsAChannelForEachSubscription) {
  dialect.begin("jwt");
  const Json sent = join("7");
  EXPECT_EQ(sent[0], "7");
  EXPECT_EQ(sent[1], "7");
  EXPECT_TRUE(sent[2].get<std::string>().starts_with("realtime:"));
  EXPECT_EQ(sent[3], "phx_join");
  const Json bindings = Json::array({{{"event", "*"}, {"schema", "public"}, {"table", "t"}}});
  EXPECT_EQ(sent[4]["config"]["postgres_changes"], bindings);
  EXPECT_EQ(sent[4]["config"]["private"], false);
  EXPECT_EQ(sent[4]["access_token"], "jwt");
  EXPECT_NE(join("8")[2], sent[2]);
  dialect.begin("");
  EXPECT_FALSE(join("9")[4].contains("access_token"));
}

TEST_F(SupabaseWire, LeavesToTheServerOnlyWhatCannotHideThatARowLeft) {
  const auto filter = [&](const std::vector<Term>& lasting) {
    const Json sent = join("1", {.entity = "p", .table = "t", .filter = "x", .lasting = lasting});
    return sent[4]["config"]["postgres_changes"][0].value("filter", "");
  };
  EXPECT_EQ(filter({}), "");
  EXPECT_EQ(filter({{"a=eq.5", "eq"}, {"b=not.in.(1,2)", "in"}, {"c=lte.\"x,y\"", "lte"}}),
            "a=eq.5,b=not.in.(1,2),c=lte.\"x,y\"");
  EXPECT_EQ(filter({{"a=ilike.x*", "ilike"}, {"b=is.not_null", "is"}, {"c=in.()", "in"}}), "");
  std::string many = "a=in.(0";
  for (int i = 1; i <= 100; ++i) many.append(",").append(std::to_string(i));
  EXPECT_EQ(filter({{many + ")", "in"}}), "");
}

TEST_F(SupabaseWire, IsSubscribedOnlyWhenTheServerListensToTheDatabase) {
  const Json sent = join("1");
  let_in(sent);
  // It tells of other extensions, too.
  EXPECT_TRUE(take(system(sent, "ok", "presence")).empty());
  EXPECT_EQ(take(system(sent, "ok")).size(), 1U);
  EXPECT_TRUE(take(system(sent, "ok")).empty());
}

TEST_F(SupabaseWire, ReadsChanges) {
  const Json sent = join("1");
  make_ready(sent);
  const Json row{{"id", 5}, {"name", "a"}};
  take(change(sent, "INSERT", row));
  ASSERT_EQ(decoded.messages.size(), 1U);
  const Event inserted = std::get<Event>(decoded.messages[0]);
  EXPECT_EQ(inserted.action, Action::insert);
  EXPECT_EQ(inserted.entity, "projects");
  EXPECT_EQ(inserted.sub, sent[2]);
  EXPECT_EQ(inserted.row, row.dump());
  EXPECT_EQ(inserted.timestamp, "2026-11-28T01:02:03.4Z");
  EXPECT_FALSE(inserted.position.has_value());
  const Json seed = Json::parse(inserted.text);
  EXPECT_EQ(seed["type"], "realtime");
  EXPECT_EQ(seed["entity"], "projects");
  EXPECT_EQ(seed["action"], "insert");
  EXPECT_EQ(seed["data"], row);
  EXPECT_EQ(seed["timestamp"], "2026-11-28T01:02:03.4Z");
  EXPECT_EQ(seed["id"], std::string(inserted.id));

  take(change(sent, "UPDATE", row, {{"id", 5}}));
  EXPECT_EQ(std::get<Event>(decoded.messages.at(0)).action, Action::update);
  // With row-level security a delete has nothing but the key.
  take(change(sent, "DELETE", Json::object(), {{"id", 5}}));
  EXPECT_EQ(std::get<Event>(decoded.messages.at(0)).action, Action::erase);
  EXPECT_EQ(std::get<Event>(decoded.messages.at(0)).row, R"({"id":5})");
}

TEST_F(SupabaseWire, NamesAChangeByWhatItSays) {
  const Json one = join("1");
  make_ready(one);
  const auto id = [&](const Json& frame) {
    return std::string(std::get<Event>(take(frame).at(0)).id);
  };
  const std::string first = id(change(one, "UPDATE", {{"id", 5}}));
  EXPECT_EQ(id(change(one, "UPDATE", {{"id", 5}})), first);
  EXPECT_NE(id(change(one, "UPDATE", {{"id", 6}})), first);
  EXPECT_NE(id(change(one, "INSERT", {{"id", 5}})), first);
  Json later = change(one, "UPDATE", {{"id", 5}});
  later[4]["data"]["commit_timestamp"] = "2026-11-28T01:02:03.5Z";
  EXPECT_NE(id(later), first);
  // On another channel it is the same change.
  const Json two = join("2");
  make_ready(two);
  EXPECT_EQ(id(change(two, "UPDATE", {{"id", 5}})), first);
}

TEST_F(SupabaseWire, SaysWhatItCouldNotRead) {
  const Json sent = join("1");
  make_ready(sent);
  Json partial = change(sent, "UPDATE", {{"id", 5}});
  partial[4]["data"]["errors"] = {"Error 413: Payload Too Large"};
  EXPECT_EQ(std::get<Missed>(take(partial).at(0)).sub, sent[2]);
  partial[4]["data"]["errors"] = Json::array();
  EXPECT_TRUE(std::holds_alternative<Event>(take(partial).at(0)));
  // The key of a deleted row is all that is needed.
  partial = change(sent, "DELETE", Json::object(), {{"id", 5}});
  partial[4]["data"]["errors"] = {"Error 401: Unauthorized"};
  EXPECT_TRUE(std::holds_alternative<Event>(take(partial).at(0)));
}

TEST_F(SupabaseWire, ReadsTheOlderFrames) {
  const Json sent = join("1");
  const auto old = [](const Json& frame) {
    return Json{{"join_ref", frame[0]},
                {"ref", frame[1]},
                {"topic", frame[2]},
                {"event", frame[3]},
                {"payload", frame[4]}};
  };
  take(old(reply(sent, "ok", {{"postgres_changes", Json::array({binding_of(sent)})}})));
  EXPECT_EQ(take(old(system(sent, "ok"))).size(), 1U);
  EXPECT_EQ(take(old(change(sent, "INSERT", {{"id", 5}}))).size(), 1U);
}

TEST_F(SupabaseWire, RefusesAnotherBindingThanItAskedFor) {
  for (const char* member : {"event", "schema", "table", "filter"}) {
    const Json sent = join(member);
    Json binding = binding_of(sent);
    binding[member] = "other";
    take(reply(sent, "ok", {{"postgres_changes", Json::array({binding})}}));
    EXPECT_EQ(std::get<ServerError>(decoded.messages.at(0)).ref, member);
    EXPECT_EQ(std::get<ServerError>(decoded.messages.at(0)).code, "subscription_refused");
    ASSERT_EQ(decoded.replies.size(), 1U);
    EXPECT_EQ(Json::parse(decoded.replies[0])[3], "phx_leave");
    EXPECT_TRUE(take(system(sent, "ok")).empty());
  }
  const Json sent = join("none");
  EXPECT_EQ(take(reply(sent, "ok", {{"postgres_changes", Json::array()}})).size(), 1U);
}

TEST_F(SupabaseWire, SortsRefusals) {
  const auto code = [&](const std::string& reason) {
    const Json sent = join("1");
    const ServerError error =
        std::get<ServerError>(take(reply(sent, "error", {{"reason", reason}})).at(0));
    EXPECT_EQ(error.ref, "1");
    EXPECT_EQ(error.message, reason);
    return error.code;
  };
  EXPECT_EQ(code("InvalidJWTExpiration: Token has expired 3 seconds ago"), "token_expired");
  EXPECT_EQ(code("InvalidJWTToken: Token expiration time is invalid"), "token_expired");
  EXPECT_EQ(code("IncreaseConnectionPool: Please increase your connection pool size"), "try_later");
  EXPECT_EQ(code("Realtime was unable to connect to the project database"), "try_later");
  EXPECT_EQ(code("MalformedJWT: The token provided is not a valid JWT"), "unauthorized");
  EXPECT_EQ(code("JwtSignatureError: Failed to validate JWT signature"), "unauthorized");
  EXPECT_EQ(code("Unauthorized: You do not have permissions"), "unauthorized");
  EXPECT_EQ(code("ClientJoinRateLimitReached: Too many joins per second"), "try_later");
  EXPECT_EQ(code("DatabaseLackOfConnections: Database can't accept more"), "try_later");
  EXPECT_EQ(code("RealtimeRestarting: Realtime is restarting"), "try_later");
  EXPECT_EQ(code("ConfigurationError: no such table"), "subscription_refused");
  EXPECT_EQ(code(""), "subscription_refused");
}

TEST_F(SupabaseWire, BeginsAnewWhatTheServerStopped) {
  const Json closed = join("1");
  make_ready(closed);
  EXPECT_EQ(
      std::get<Reset>(take({closed[0], nullptr, closed[2], "phx_close", Json::object()}).at(0)).sub,
      closed[2]);
  EXPECT_TRUE(dialect.unsubscribe(closed[2].get<std::string>()).empty());

  const Json failed = join("2");
  make_ready(failed);
  EXPECT_TRUE(std::holds_alternative<Reset>(take(system(failed, "error")).at(0)));
  // That one is still open.
  const Frames left = dialect.unsubscribe(failed[2].get<std::string>());
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(Json::parse(left[0])[3], "phx_leave");
  EXPECT_EQ(Json::parse(left[0])[2], failed[2]);

  const Json joining = join("3");
  let_in(joining);
  take(system(joining, "error", "postgres_changes", "no such publication"));
  EXPECT_EQ(std::get<ServerError>(decoded.messages.at(0)).code, "try_later");
  EXPECT_EQ(std::get<ServerError>(decoded.messages.at(0)).ref, "3");
  ASSERT_EQ(decoded.replies.size(), 1U);
  EXPECT_EQ(Json::parse(decoded.replies[0])[2], joining[2]);
  EXPECT_EQ(Json::parse(decoded.replies[0])[3], "phx_leave");

  const Json hopeless = join("5");
  let_in(hopeless);
  take(system(hopeless, "error", "postgres_changes", "Error parsing `filter` params: [\"x\"]"));
  EXPECT_EQ(std::get<ServerError>(decoded.messages.at(0)).code, "subscription_refused");

  const Json unknown = join("6");
  make_ready(unknown);
  Json reply_to_push = reply(unknown, "error", {{"reason", "unmatched topic"}});
  reply_to_push[1] = "push-9";
  EXPECT_EQ(std::get<Reset>(take(reply_to_push).at(0)).sub, unknown[2]);

  const Json expired = join("4");
  make_ready(expired);
  take(system(expired, "error", "system", "Token has expired 0 seconds ago"));
  EXPECT_EQ(std::get<ServerError>(decoded.messages.at(0)).code, "token_expired");
}

TEST_F(SupabaseWire, HearsNothingOfChannelsThatItLeft) {
  const Json sent = join("1");
  make_ready(sent);
  dialect.unsubscribe(sent[2].get<std::string>());
  EXPECT_TRUE(take(change(sent, "INSERT", {{"id", 5}})).empty());
  const Json again = join("2");
  make_ready(again);
  Json stale = change(again, "INSERT", {{"id", 5}});
  stale[0] = "1";
  EXPECT_TRUE(take(stale).empty());
  dialect.begin("");
  EXPECT_TRUE(take(change(again, "INSERT", {{"id", 5}})).empty());
  EXPECT_TRUE(decoded.rejected.empty());
}

TEST_F(SupabaseWire, TellsEveryChannelOfANewToken) {
  dialect.begin("old");
  const Json one = join("1");
  const Json two = join("2");
  const Frames frames = dialect.authenticate("new");
  ASSERT_EQ(frames.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Json push = Json::parse(frames[i]);
    EXPECT_EQ(push[2], (i == 0 ? one : two)[2]);
    EXPECT_EQ(push[3], "access_token");
    EXPECT_EQ(push[4], (Json{{"access_token", "new"}}));
  }
  EXPECT_EQ(join("3")[4]["access_token"], "new");
}

TEST_F(SupabaseWire, BeatsItsHeart) {
  const Json ping = Json::parse(dialect.ping(3).at(0));
  EXPECT_EQ(ping, (Json{nullptr, "ping-3", "phoenix", "heartbeat", Json::object()}));
  take({nullptr,
        "ping-3",
        "phoenix",
        "phx_reply",
        {{"status", "ok"}, {"response", Json::object()}}});
  EXPECT_TRUE(std::holds_alternative<Pong>(decoded.messages.at(0)));
}

TEST_F(SupabaseWire, RefusesWhatIsNoFrame) {
  const Json sent = join("1");
  make_ready(sent);
  const auto refused = [&](const std::string& frame) {
    dialect.decode(frame, decoded);
    EXPECT_TRUE(decoded.messages.empty()) << frame;
    return decoded.rejected;
  };
  EXPECT_EQ(refused("{"), Errors{Error::malformed_json});
  EXPECT_EQ(refused(""), Errors{Error::malformed_json});
  for (const char* frame :
       {"5", "null", "[]", R"([null,null,"t","e"])", R"([null,null,"t","e",{},1])",
        R"([null,null,5,"e",{}])", R"([null,null,"t","e",[]])", R"([5,null,"t","e",{}])",
        R"({"topic":"t"})", R"({"topic":"t","event":"e","payload":5})"}) {
    EXPECT_EQ(refused(frame), Errors{Error::not_a_message}) << frame;
  }
  Json bad = change(sent, "TRUNCATE", {{"id", 5}});
  EXPECT_EQ(refused(bad.dump()), Errors{Error::not_a_message});
  bad = change(sent, "INSERT", 5);
  EXPECT_EQ(refused(bad.dump()), Errors{Error::not_a_message});
  bad[4] = {{"data", 5}};
  EXPECT_EQ(refused(bad.dump()), Errors{});
}

}  // namespace
}  // namespace tidemark::wire
