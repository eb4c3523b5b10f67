"""An IPython shell in this process that records what a cell shows, as a kernel's messages would.

The recorded outputs follow the notebook format 4.5: ``stream``, ``display_data``, ``execute_result``, ``error``.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

Output = dict[str, Any]
INLINE = "module://matplotlib_inline.backend_inline"


class Recorder:
    """Collects the outputs of the running cell."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self._displays: dict[str, list[Output]] = {}
        self._clear_pending = False

    def begin(self) -> list[Output]:
        """Start a new cell and return its (empty) list of outputs."""
        self.outputs = []
        self._clear_pending = False
        return self.outputs

    def stream(self, name: str, text: str) -> None:
        """Add printed text; text that follows text of the same stream is joined to it."""
        self._clear_if_pending()
        last = self.outputs[-1] if self.outputs else None
        if last and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def show(self, kind: str, data: Output, metadata: Output | None, **more: Any) -> Output:
        """Add something displayed."""
        self._clear_if_pending()
        output = {"output_type": kind, "data": dict(data), "metadata": dict(metadata or {}), **more}
        self.outputs.append(output)
        return output

    def display(self, data: Output, metadata: Output | None, display_id: str | None, *, update: bool) -> None:
        """Add a display, or change those shown before under the same id."""
        if update and display_id:
            for output in self._displays.get(display_id, []):
                output["data"], output["metadata"] = dict(data), dict(metadata or {})
            return
        output = self.show("display_data", data, metadata)
        if display_id:
            self._displays.setdefault(display_id, []).append(output)

    def clear(self, *, wait: bool) -> None:
        """Forget the outputs of this cell, at once or when the next one comes."""
        self._clear_pending = wait
        if not wait:
            self.outputs.clear()

    def _clear_if_pending(self) -> None:
        if self._clear_pending:
            self.clear(wait=False)


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    encoding = "utf-8"

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder, self._name = recorder, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._recorder.stream(self._name, text)
        return len(text)


class _Hook(DisplayHook):
    """The value of a cell's last line."""

    recorder: Recorder

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Output, md_dict: Output | None = None) -> None:
        self.recorder.show("execute_result", format_dict, md_dict, execution_count=self.prompt_count)

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):
    """What ``display()`` shows."""

    recorder: Recorder

    def publish(
        self,
        data: Output,
        metadata: Output | None = None,
        source: Any = None,
        *,
        transient: Output | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        self.recorder.display(data, metadata, (transient or {}).get("display_id"), update=update)

    def clear_output(self, wait: bool = False) -> None:
        self.recorder.clear(wait=wait)


class Shell(InteractiveShell):
    """Shell whose cells are recorded.

    Use as ``Shell.open()`` ... ``shell.close()``; a process holds one at a time, as a kernel does.
    """

    recorder: Recorder
    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    @classmethod
    def open(cls) -> Shell:
        """Make the process's shell: no history file, no colours that depend on a terminal, pictures inline."""
        config = Config()
        config.HistoryManager.enabled = False
        shell: Shell = cls.instance(config=config)
        shell.recorder = recorder = Recorder()
        hook: Any = shell.displayhook
        publisher: Any = shell.display_pub
        hook.recorder = publisher.recorder = recorder
        _show_figures_inline(shell)
        return shell

    def close(self) -> None:
        """Give the process back as it was."""
        self.restore_sys_module_state()
        type(self).clear_instance()

    def enable_gui(self, gui: str | None = None) -> None:
        """No event loop: nothing to enable."""

    def execute(self, source: str) -> tuple[list[Output], int | None, bool]:
        """Run one cell.

        Returns
        -------
        outputs : list of dict
            In the notebook format.
        execution_count : int or None
            The number in ``In [n]``.
        succeeded : bool
            False when it raised; the last output is then the error.
        """
        outputs = self.recorder.begin()
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream(self.recorder, "stdout"), _Stream(self.recorder, "stderr")
        try:
            result = self.run_cell(source, store_history=True, cell_id=None)
        finally:
            sys.stdout, sys.stderr = streams
        return outputs, result.execution_count, bool(result.success)

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.recorder.outputs.append(
            {"output_type": "error", "ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
        )


def _show_figures_inline(shell: Shell) -> None:
    """Do for this shell what a kernel does: pictures of pyplot become outputs of their cell.

    The inline backend finds the shell by itself when it is first imported; in a process that has imported it for an
    earlier shell it has to be told. Nothing is imported here: a notebook without pictures does not pay for them.
    """
    os.environ["MPLBACKEND"] = INLINE
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].use(INLINE)
    inline: Any = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        from IPython.core.pylabtools import activate_matplotlib

        activate_matplotlib(INLINE)
        inline.configure_inline_support.current_backend = (
            "unset"  # the formats are the shell's, not the process's
        )
        inline.configure_inline_support(shell, INLINE)
