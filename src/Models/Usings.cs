global using SafetyGate.Core;
global using static System.FormattableString;
global using SafetyGate.Models.Engine;
