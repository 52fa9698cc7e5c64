@echo off
rem The watchbook command of an installed Watchbook: its own program as Node, on the command line in its archive.
setlocal
set ELECTRON_RUN_AS_NODE=1
"%~dp0..\..\watchbook.exe" "%~dp0..\app.asar\out\cli\cli.cjs" %*
