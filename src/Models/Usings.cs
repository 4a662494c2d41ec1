global using static System.FormattableString;
global using SafetyGate.Harness;
global using SafetyGate.Models.Engine;
