#include "glusterconsul/journal.hpp"

#include "util/report.hpp"
#include "util/warning.hpp"

namespace glusterconsul {

void note(const std::string& text) {
  Report::standard_error()(lines_of("glusterconsul", Warning{text}));
}

}  // namespace glusterconsul
