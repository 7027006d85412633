"""Layout, navigation, components."""
