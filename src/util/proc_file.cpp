#include "util/proc_file.hpp"

#include <fstream>

namespace glusterconsul {

std::string read_proc_file(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  // Not with the stream's buffer: that throws where a read fails, and only the stream catches it.
  std::getline(file, text, '\0');
  if (file.bad()) text.clear();
  return text;
}

}  // namespace glusterconsul
