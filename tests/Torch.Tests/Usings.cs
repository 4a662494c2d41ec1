global using FluentAssertions;
global using TorchSharp;
global using static TorchSharp.torch;
