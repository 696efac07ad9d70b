#include "rest.h"

#include <algorithm>
#include <utility>

#include "scene.h"

namespace tidemark::sim {
namespace {

constexpr Millis kTimeout = 10'000;

Millis way(Scene& scene, std::size_t client) {
  const bool slow = scene.network.weather(client).take(Fault::rest_slow, scene.tally);
  return 3 + scene.world.up_to(60) + (slow ? 300 + scene.world.up_to(4'000) : 0);
}

std::string body_of(const Server& server, const ReadRequest& request) {
  std::vector<Row> rows = server.rows(request.table, request.filter);
  if (request.order != 0) {
    std::sort(rows.begin(), rows.end(),
              [&](const Row& a, const Row& b) { return before(request.order, a, b); });
  }
  std::string body = request.wrapped ? "{\"data\":[" : "[";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) body.push_back(',');
    body.append(text_of(request.table, rows[i]));
  }
  return body.append(request.wrapped ? "]}" : "]");
}

// `work` runs at the server.
void request(Scene& scene, std::size_t client, std::function<std::string()> work,
             ReadAnswered answered) {
  scene.world.after(
      way(scene, client), [&scene, client, work = std::move(work), answered = std::move(answered)] {
        Weather& weather = scene.network.weather(client);
        Tally& tally = scene.tally;
        if (!scene.server.is_up() || weather.take(Fault::rest_fail, tally)) {
          scene.world.after(way(scene, client), [answered] { answered({}); });
          return;
        }
        ReadAnswer answer{work(), scene.server.commits()};
        if (weather.take(Fault::rest_lost, tally)) {
          scene.world.after(kTimeout, [answered] { answered({}); });
          return;
        }
        scene.world.after(way(scene, client), [answered, answer] { answered(answer); });
      });
}

}  // namespace

void read(Scene& scene, std::size_t client, const ReadRequest& wanted, ReadAnswered answered) {
  request(
      scene, client,
      [&scene, client, wanted] {
        std::string body = body_of(scene.server, wanted);
        // A proxy's page, or half an answer.
        if (scene.network.weather(client).take(Fault::rest_garble, scene.tally)) {
          body.resize(body.size() / 2);
        }
        return body;
      },
      std::move(answered));
}

void write(Scene& scene, std::size_t client, Write wanted, WriteAnswered answered) {
  request(
      scene, client,
      [&scene, wanted] {
        const auto row = scene.server.write_once(wanted);
        if (!row) return std::string();
        ++scene.tally.writes;
        return wanted.action == Action::erase ? "null" : text_of(wanted.table, *row);
      },
      [answered = std::move(answered)](const ReadAnswer& answer) {
        answered({answer.body.has_value(), answer.body.value_or("")});
      });
}

}  // namespace tidemark::sim
