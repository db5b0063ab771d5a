// Run by the build: writes the manual pages, the example conf file and the completion.
// Usage: generate_documentation TEMPLATE OUTPUT
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "config/documentation.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: generate_documentation TEMPLATE OUTPUT\n");
    return 1;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in || text.empty()) {
    fmt::print(stderr, "cannot read {}, or it is empty\n", argv[1]);
    return 1;
  }
  const auto filled = glusterconsul::config::fill_template(text);
  if (!filled) {
    fmt::print(stderr, "{}: {}\n", argv[1], filled.error().message);
    return 1;
  }
  std::ofstream out(argv[2], std::ios::binary | std::ios::trunc);
  out << *filled;
  out.close();
  if (!out) {
    fmt::print(stderr, "{}: cannot be written\n", argv[2]);
    return 1;
  }
  return 0;
}
