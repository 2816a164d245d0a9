"""Pictures of a site as SVG by matplotlib, which only this package imports."""

from micronet_spec.site.charts.layers import layers
from micronet_spec.site.charts.slopes import slopes
from micronet_spec.site.charts.terms import terms
from micronet_spec.site.charts.waterfall import waterfall

__all__ = ["layers", "slopes", "terms", "waterfall"]
