#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "consul/http_request.hpp"

namespace glusterconsul::consul {

/// The part of a URL after scheme, authority and prefix: collects `name=value` pairs after a path;
/// pairs with an empty value are skipped.
class RequestTarget {
 public:
  explicit RequestTarget(std::string path) : text_(std::move(path)) {}

  void add(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    add_flag(name);
    text_ += '=';
    text_ += percent_encoded(value);
  }
  void add_flag(std::string_view name) {
    text_ += std::exchange(separator_, '&');
    text_ += name;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  char separator_ = '?';
};

}  // namespace glusterconsul::consul
