global using SafetyGate.Core;
global using static System.FormattableString;
