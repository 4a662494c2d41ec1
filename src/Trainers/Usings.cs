global using static System.FormattableString;
global using SafetyGate.Models.Engine;
