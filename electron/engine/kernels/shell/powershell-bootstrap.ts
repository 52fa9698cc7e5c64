/**
 * What PowerShell is started with: it reads commands from one named pipe and tells of their end on another. Written for
 * Windows PowerShell 5.1 and PowerShell 7 after their documentation and the source of their console host. It was never
 * run: its text alone is tested.
 *
 * The console host of an interactive PowerShell calls two functions in turn: `prompt`, and `PSConsoleHostReadLine` for
 * the next line. Both are ours. The line is a whole command, which the host then runs as if somebody had typed it: in
 * the global scope, so that variables and functions last; with its errors shown; with `$?` as a person would see it,
 * which a script block that is called or dot-sourced loses; and Ctrl-C ends it and not the shell.
 *
 * - A command is a line of nonce, input mode and base64, which no code can end early. It is parsed before it is begun: a
 *   syntax error fails at once, and the host never asks for the rest of an open quote.
 * - Fences are OSC 697 with a nonce that is new for each command. The one behind the output is the prompt's text, which
 *   the host writes after all else. Only the status pipe says how a command ended, and only after its fence. `a` before
 *   the status: the command was broken off.
 * - The status is 0 where `$?` is true. Else it is `$LASTEXITCODE` where that is a failure: of the last program, which
 *   may be of a command before where a cmdlet failed. Else 1. `$LASTEXITCODE` is never set by us, since people ask for
 *   it in a later cell.
 * - Everything is held in a closure: no variable of ours is in the global scope. Programs inherit neither pipe.
 *
 * Plain ASCII without backticks: a script without a byte order mark is read differently by the two versions.
 */
export const POWERSHELL_BOOTSTRAP = String.raw`
# Without this the host would go on to a prompt of its own, and nobody would learn why.
trap { $Host.UI.WriteErrorLine("$_"); [Environment]::Exit(1) }
$ErrorActionPreference = 'Stop'
$utf8 = New-Object System.Text.UTF8Encoding $false
[Console]::OutputEncoding = $utf8
[Console]::InputEncoding = $utf8
$global:OutputEncoding = $utf8
# Bars that are drawn over the screen are no output.
$global:ProgressPreference = 'SilentlyContinue'

# Whoever can not say the key is not served: others may open a pipe for reading. Known to this process alone from here.
$key = $utf8.GetBytes($env:WATCHBOOK_KEY + [char]10)
$pipes = @(foreach ($name in $env:WATCHBOOK_COMMANDS, $env:WATCHBOOK_STATUS) {
  $pipe = New-Object System.IO.Pipes.NamedPipeClientStream('.', $name, [System.IO.Pipes.PipeDirection]::InOut)
  $pipe.Connect(10000)
  $pipe.Write($key, 0, $key.Length)
  $pipe
})
Remove-Item Env:WATCHBOOK_*
$commands = New-Object System.IO.StreamReader($pipes[0], $utf8)
$status = New-Object System.IO.StreamWriter($pipes[1], $utf8)
$status.AutoFlush = $true

$end = [string][char]0
$mark = [string][char]27 + ']697;'
$bell = [string][char]7
$terminal = [Console]::Out
$typed = [Console]::In
# End: the status to be told. Open: a command was begun and its end was not told.
$shell = @{ Nonce = '0' * 32; Open = $false; End = $null; First = $true }

$prompt = {
  # First of all: each statement sets it anew.
  $isGood = $?
  Set-StrictMode -Off
  if ($shell.Open -and $null -eq $shell.End) {
    $last = Microsoft.PowerShell.Core\Get-History -Count 1
    $code = $global:LASTEXITCODE -as [int]
    # Ctrl-C leaves no exit status of its own; 130 is what other shells say.
    if ("$($last.ExecutionStatus)" -eq 'Stopped') { $shell.End = 'a130' }
    elseif ($isGood) { $shell.End = '0' }
    elseif ($code) { $shell.End = "$code" }
    else { $shell.End = '1' }
  }
  # Never empty: the host would write a prompt of its own.
  $mark + $shell.Nonce + $bell
}.GetNewClosure()

# Returns one text each time: without one the host would read the terminal, where programs and people type.
$readLine = {
  Set-StrictMode -Off
  if ($shell.First) { $shell.First = $false; $status.Write('ready' + $end) }
  if ($shell.Open) { $shell.Open = $false; $status.Write($shell.Nonce + ' ' + $shell.End + $end) }
  while ($true) {
    $line = $commands.ReadLine()
    # The other side has gone.
    if ($null -eq $line) { return 'exit' }
    $nonce, $mode, $text = $line.Split(' ')
    # One that was sent again, and was begun already.
    if ($nonce.Length -ne 32 -or $nonce -eq $shell.Nonce) { continue }
    $shell.Nonce = $nonce
    $shell.Open = $true
    $shell.End = $null
    if ($mode -eq 'none') { [Console]::SetIn([System.IO.TextReader]::Null) } else { [Console]::SetIn($typed) }
    $status.Write($nonce + ' begun' + $end)
    $terminal.Write($mark + $nonce + ';' + $bell)
    $terminal.Flush()
    $code = $utf8.GetString([Convert]::FromBase64String($text))
    try { $null = [scriptblock]::Create($code) }
    catch {
      $shell.End = '1'
      $Host.UI.WriteErrorLine($_.Exception.GetBaseException().Message)
      # An empty line runs nothing: the host goes on to the prompt, which closes the fence.
      return ''
    }
    return $code
  }
}.GetNewClosure()

# Read-only, so that a cell which brings a prompt of its own (themes, conda) does not take the shell away from us.
Set-Item -Path function:global:prompt -Value $prompt -Options ReadOnly
Set-Item -Path function:global:PSConsoleHostReadLine -Value $readLine -Options ReadOnly
`.trimStart();
