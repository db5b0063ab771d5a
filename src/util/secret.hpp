#pragma once

#include <string>
#include <utility>

namespace glusterconsul {

/// A token. It cannot be printed, compared or formatted by accident; code that needs the text must
/// call reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] const std::string& reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace glusterconsul
