#include "consul/kv_reply.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "consul/bounded_json.hpp"
#include "consul/instance.hpp"
#include "consul/split_list.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

using nlohmann::json;

constexpr std::uint32_t kNoDigit = 64;

std::uint32_t digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return kNoDigit;
}

template <typename T>
using Entry = tl::expected<T, std::string>;

tl::unexpected<std::string> skip(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

/// Consul encodes an empty value as null.
Entry<std::string> value_of(const json& entry) {
  const auto& value = member(entry, "Value");
  if (value.is_null()) return std::string();
  if (!value.is_string()) return skip("its Value is not a string");
  auto decoded = from_base64(value.get_ref<const std::string&>());
  if (!decoded) return skip("its Value is not base64");
  if (decoded->size() > kMaxKvValue) return skip("its Value is larger than the limit");
  return *std::move(decoded);
}

Entry<KvEntry> parse_entry(const json& entry) {
  const auto& key = member(entry, "Key");
  if (!key.is_string()) return skip("its Key is not a string");
  if (key.get_ref<const std::string&>().size() > kMaxKvKey) {
    return skip("its Key is longer than the limit");
  }
  const auto& index = member(entry, "ModifyIndex");
  if (!index.is_number_unsigned() || index.get<std::uint64_t>() == 0) {
    return skip("its ModifyIndex is not an index");
  }
  TRY_ASSIGN(auto value, value_of(entry));
  return KvEntry{key.get<std::string>(), std::move(value), index.get<std::uint64_t>()};
}

/// The entry, as a message names it.
std::string name_of(const json& entry, std::size_t position) {
  const auto& key = member(entry, "Key");
  return key.is_string() ? shortened(key.get_ref<const std::string&>(), 100)
                         : fmt::format("entry {}", position);
}

Entry<KvEntry> parse_element(std::string_view text, std::size_t position) {
  if (is_too_large(text)) return skip(fmt::format("entry {}: larger than the limit", position));
  const auto parsed = parse_json(text);
  if (!parsed) return skip(fmt::format("entry {}: {}", position, parsed.error().message));
  auto entry = parse_entry(*parsed);
  if (!entry) return skip(fmt::format("{}: {}", name_of(*parsed, position), entry.error()));
  return entry;
}

tl::unexpected<Error> refused(std::string_view key, std::string_view why) {
  const bool is_denied = why.find("Permission denied") != std::string_view::npos;
  return fail(is_denied ? ErrorCode::kDenied : ErrorCode::kRejected,
              fmt::format("cannot write the key {}: {}", shortened(key, 100), shortened(why, 200)));
}

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string decoded;
  decoded.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const auto group = text.substr(at, 4);
    const bool is_last = at + 4 == text.size();
    const std::size_t padding = !is_last                ? 0
                                : group.ends_with("==") ? 2
                                : group.ends_with('=')  ? 1
                                                        : 0;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto digit = i < 4 - padding ? digit_of(group[i]) : 0;
      if (digit == kNoDigit) return std::nullopt;
      bits = (bits << 6U) | digit;
    }
    for (std::size_t i = 0; i < 3 - padding; ++i) {
      decoded += static_cast<char>((bits >> (16U - 8U * i)) & 0xFFU);
    }
  }
  return decoded;
}

Result<KvList> parse_kv_list(std::string_view body) {
  const auto list = split_list(body, "", kMaxKvEntries);
  TRY(parse_json(list.rest));
  if (!list.is_found) return fail(ErrorCode::kBadReply, "the reply is not a list of keys");
  KvList keys;
  for (const auto text : list.elements) {
    const auto position = keys.entries.size() + keys.skipped + 1;
    auto entry = parse_element(text, position);
    if (entry) {
      keys.entries.push_back(*std::move(entry));
    } else {
      note_skipped(keys.skipped, keys.first_skipped, entry.error());
    }
  }
  if (list.count > list.elements.size()) {
    note_skipped(
        keys.skipped, keys.first_skipped,
        fmt::format("only the first {} of {} keys are used", list.elements.size(), list.count));
    keys.skipped += list.count - list.elements.size() - 1;
  }
  return keys;
}

Result<std::vector<std::string>> parse_transaction_reply(std::string_view body,
                                                         std::span<const KvChange> changes) {
  TRY_ASSIGN(const auto reply, parse_json(body));
  const auto& errors = member(reply, "Errors");
  if (!reply.is_object() || !reply.contains("Errors") || !(errors.is_null() || errors.is_array())) {
    return fail(ErrorCode::kBadReply, "the reply is not the result of a transaction");
  }
  std::vector<std::string> conflicts;
  for (const auto& error : errors) {
    const auto& index = member(error, "OpIndex");
    const auto& what = member(error, "What");
    if (!index.is_number_unsigned() || index.get<std::uint64_t>() >= changes.size() ||
        !what.is_string()) {
      return fail(ErrorCode::kBadReply, "the reply is not the result of a transaction");
    }
    const auto& key = changes[index.get<std::uint64_t>()].key;
    const auto& why = what.get_ref<const std::string&>();
    if (!why.ends_with("index is stale")) return refused(key, why);
    conflicts.push_back(key);
  }
  return conflicts;
}

}  // namespace glusterconsul::consul
