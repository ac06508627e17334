// The one executable: server, command line, verifier.
#include "edge/cli/command.h"

int main(int argc, char** argv) { return sluice::cli::run(argc, argv); }
