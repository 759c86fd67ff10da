"""What stands on the screen, as lines of text."""

from textual.app import App


def screen_text(app: App[None]) -> list[str]:
    """The lines of the screen on top, blanks at their ends left out."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]
