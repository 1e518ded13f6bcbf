module hearth.dev/tools/node

go 1.24.0
