"""Signs, normal forms and zeros of smooth expressions, exactly."""
