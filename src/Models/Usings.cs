global using static System.FormattableString;
global using SafetyGate.Harness;
